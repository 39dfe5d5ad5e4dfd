import time


def init():
    pass


def run(data):
    if data == "boom":
        raise ValueError("x")
    if data == "obj":
        return object()
    if data == "none":
        return None
    if data == "gen":
        return (i for i in range(3))
    if data == "nan":
        return [float("nan"), "é", float("inf")]
    if data == "exit":
        raise SystemExit(4)
    if data == "tuple":
        return (1, 2)
    if data == "bytes":
        return b"abc"
    if data == "sleep":
        time.sleep(1.5)
        return "late"
    return {"got": data}
