"""`make sbom` names exactly what production installs, each with its version and the hashes that are checked."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_bill_of_materials_is_the_pinned_requirements(tmp_path: Path) -> None:
    (line,) = re.findall(r"^\t\$\(BIN\)/python (.* cyclonedx_py .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    words = [*line.split()[:-1], str(tmp_path / "sbom.json")]

    ran = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True)

    assert ran.returncode == 0, ran.stderr
    bill = json.loads((tmp_path / "sbom.json").read_text())
    pinned = re.findall(r"^([a-z0-9._-]+)==([^ ]+) \\$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert bill["bomFormat"] == "CycloneDX"
    assert len(pinned) > 30
    assert {(one["name"], one["version"]) for one in bill["components"]} >= {(n.split("[")[0], v) for n, v in pinned}
    assert all(reference["hashes"] for one in bill["components"] for reference in one["externalReferences"])
