"""What Python raises for a damaged ZIP file or member: each way of packing has its own."""

import lzma
import struct
import zipfile
import zlib

DAMAGE = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError),
    *(RuntimeError, NotImplementedError, ValueError),
)
