"""ZIP files for tests."""

import io
import zipfile


def packed(files: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> io.BytesIO:
    """A ZIP file that holds `files`, by their names."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    made.seek(0)
    return made
