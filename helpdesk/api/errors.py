"""What went wrong, as OpenAI's clients read it: a status, and a sentence with a code."""

from django.http import JsonResponse

INVALID, SERVER = "invalid_request_error", "server_error"


class ApiError(Exception):
    """Ends a request with `status`; `str(error)` is the sentence, `param` the part it is about."""

    def __init__(self, status, message, code=None, param=None, retry_after=None):
        super().__init__(message)
        self.status, self.code, self.param, self.retry_after = status, code, param, retry_after

    def body(self) -> dict:
        kind = SERVER if self.status >= 500 else INVALID
        told = {"message": str(self), "type": kind, "param": self.param, "code": self.code}
        return {"error": told}

    def response(self) -> JsonResponse:
        headers = {"Cache-Control": "no-store"}
        if self.status == 401:
            headers["WWW-Authenticate"] = "Bearer"
        if self.retry_after is not None:
            headers["Retry-After"] = str(self.retry_after)
        # Characters beyond ASCII as they are: a reader of the raw answer meets “…”.
        as_it_is = {"ensure_ascii": False}
        return JsonResponse(
            self.body(), status=self.status, headers=headers, json_dumps_params=as_it_is
        )


def refused(message, param=None, code=None) -> ApiError:
    """The request itself can't be served, however often it comes."""
    return ApiError(400, message, code, param)
