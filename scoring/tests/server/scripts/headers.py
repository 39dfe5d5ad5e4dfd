def init():
    pass


def run(data, request_headers):
    return sorted(
        (k, v) for k, v in request_headers.items() if k.lower() not in ("host", "user-agent")
    )
