"""What a scene gave: the figures to be told, the faults, and which pass lines it held."""

from collections import Counter
from dataclasses import dataclass, field

MOST_SHOWN = 12


@dataclass
class Figures:
    """Faults are never allowed; times are held where somebody asks for it."""

    name: str
    told: str
    faults: list[str]
    lines: dict[str, bool] = field(default_factory=dict)  # pass line -> held
    table: list[str] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """The pass lines that were not held."""
        return [line for line, held in self.lines.items() if not held]

    def __str__(self) -> str:
        held = [f"  {'held' if good else 'MISSED'}: {line}" for line, good in self.lines.items()]
        counted = Counter(self.faults).most_common()
        faults = [f"  FAULT: {one} ({times} times)" for one, times in counted[:MOST_SHOWN]]
        if len(counted) > MOST_SHOWN:
            faults.append(f"  … and {len(counted) - MOST_SHOWN} other faults")
        return "\n".join([f"{self.name}: {self.told}", *held, *(faults or ["  no fault, nothing lost"])])
