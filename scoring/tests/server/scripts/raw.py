from azureml_inference_server_http.api.aml_request import rawhttp
from azureml_inference_server_http.api.aml_response import AMLResponse


def init():
    pass


@rawhttp
def run(request):
    q = request.args.get("q")
    if q == "img":
        return AMLResponse(b"\x89PNG", 200, {"Content-Type": "image/jpeg", "X-Multi": "a, b"})
    if q == "err":
        return AMLResponse("bad", 503)
    if q == "err2":
        return AMLResponse({"a": 1}, 500, json_str=True, run_function_failed=False)
    if q == "none":
        return AMLResponse(None, 202)
    if q == "text":
        return AMLResponse("hello", 200)
    if q == "failed":
        return AMLResponse("hello", 200, {}, False, True)
    if q == "boom":
        raise ValueError()
    if q == "plain":
        return {"x": 1}
    if q == "form":
        return {k: v for k, v in request.form.items()}
    if q == "files":
        return {k: v.read().decode() for k, v in request.files.items()}
    if q == "json":
        return request.get_json()
    if q == "gen":
        return AMLResponse((str(i) for i in range(3)), 200)
    if q == "cookie":
        r = AMLResponse("c", 200)
        r.set_cookie("a", "b")
        r.set_cookie("c", "d")
        return r
    return {
        "m": request.method,
        "d": request.get_data(as_text=True),
        "p": request.path,
        "full": request.full_path,
        "ct": request.content_type,
        "cl": request.content_length,
        "mt": request.mimetype,
        "isj": request.is_json,
        "args": request.args.to_dict(flat=False),
        "qs": request.query_string.decode(),
        "h": request.headers.get("X-A"),
        "ac": str(request.accept_mimetypes),
    }
