"""Makes src/beffroi/towns/data/communes.csv.gz from the npm package `@etalab/decoupage-administratif`.

Run by hand, once a year, when INSEE publishes the new official list:

    npm pack @etalab/decoupage-administratif && tar xzf etalab-*.tgz
    python3 tools/make_communes.py package/data/communes.json

Then write its version in `beffroi.towns.communes.EDITION` and in data/README.md.
"""

import csv
import gzip
import io
import json
import sys
from pathlib import Path

TARGET = Path(__file__).parents[1] / "src/beffroi/towns/data/communes.csv.gz"


def main(source: Path) -> None:
    communes = json.loads(source.read_text(encoding="utf-8"))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["insee", "name", "department", "postal_codes", "population"])
    for commune in communes:
        if commune["type"] == "commune-actuelle":
            writer.writerow(
                [
                    commune["code"],
                    commune["nom"].replace("'", "’"),
                    commune.get("departement") or commune["code"][:3],
                    " ".join(commune.get("codesPostaux", [])),
                    commune.get("population", 0),
                ]
            )
    packed = gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)
    TARGET.write_bytes(packed)
    sys.stdout.write(f"{TARGET.name}: {len(packed)} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
