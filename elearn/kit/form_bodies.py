"""Forms are weighed before they are read: a body of a million small parts would keep a worker busy."""

from io import BytesIO
from typing import IO

from flask import Request
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

URLENCODED = "application/x-www-form-urlencoded"


class WeighedForms(FormDataParser):
    """Reads forms, and holds plain ones too to the limits that werkzeug knows for those with files only."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, FileStorage]]:
        """Return the stream, what was typed and the files.

        Raises RequestEntityTooLarge (413) for a plain form of more than `max_form_memory_size` bytes or
        `max_form_parts` parts.
        """
        if mimetype == URLENCODED:
            stream = self._weighed(stream, content_length)
        return super().parse(stream, mimetype, content_length, options)

    def _weighed(self, stream: IO[bytes], said: int | None) -> IO[bytes]:
        heaviest, most = self.max_form_memory_size, self.max_form_parts
        if heaviest is not None and (said or 0) > heaviest:
            raise RequestEntityTooLarge
        body = stream.read()
        if (heaviest is not None and len(body) > heaviest) or (most is not None and body.count(b"&") >= most):
            raise RequestEntityTooLarge
        return BytesIO(body)


class WeighedRequest(Request):
    """A request whose forms are weighed."""

    form_data_parser_class = WeighedForms
