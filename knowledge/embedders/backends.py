"""Which arithmetic the shipped model runs in: the fastest that the processor offers.

`fp32` is the model as published. `int8` multiplies in 8-bit integers, which is about 2.5 times as
fast where the processor has an instruction for it: x86-64 with VNNI (Intel since 2019, AMD since
2022) and ARM with dot products. Without one, 8-bit products would saturate, so it is not offered.
The vectors of the two are so near to each other that one index may hold both (docs/ingestion.md).
"""

from functools import cache
from pathlib import Path

from knowledge.errors import KnowledgeError

AUTO = "auto"
FP32 = "fp32"
INT8 = "int8"
CHOICES = (AUTO, FP32, INT8)
# As Linux names them in /proc/cpuinfo.
DOT_PRODUCTS = {"avx512_vnni", "avx_vnni", "asimddp"}
CPU_INFO = Path("/proc/cpuinfo")


def offered() -> tuple[str, ...]:
    """The backends that this processor has instructions for, the fastest first."""
    return (INT8, FP32) if DOT_PRODUCTS & abilities() else (FP32,)


def choose(asked: str) -> str:
    """The backend for EMBEDDING_BACKEND. Raises KnowledgeError for one that is not offered."""
    if asked == AUTO:
        return offered()[0]
    if asked not in offered():
        raise KnowledgeError(
            f"EMBEDDING_BACKEND is {asked}, which this machine's processor does not offer. "
            f"Set it to {AUTO}."
        )
    return asked


@cache
def abilities() -> frozenset[str]:
    """The processor's flags; none where the system does not tell them."""
    try:
        lines = CPU_INFO.read_text().splitlines()
    except OSError:
        return frozenset()
    told = (line.partition(":")[2] for line in lines if line.startswith(("flags", "Features")))
    return frozenset(next(told, "").split())
