"""What every part of a plan file and every row of a register or list has in common."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """Frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)
