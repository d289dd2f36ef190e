"""The shape of the knowledge files, as pydantic models. The JSON Schemas for editors (`knowledge/schema/`) are generated from these.

Shape only: texts of expressions, cells and lengths of time are read by `loading.py`; what they mean together is judged by `checking.py`.
"""

from __future__ import annotations

from typing import Any

from care_engine.schema.basics import (
    CadreId,
    Expr,
    LabelShape,
    ProviderShape,
    SourceShape,
    Strict,
    TellShape,
    UnitId,
    WhoShape,
)
from care_engine.schema.findings import DoShape, FindingFile, FindingShape, RecheckShape, ReferralShape
from care_engine.schema.pathways import PathwayFile
from care_engine.schema.services import (
    HoldShape,
    MemberShape,
    PriorShape,
    ScheduleShape,
    ServiceFile,
    SpacingShape,
    StepShape,
    TargetShape,
)
from care_engine.schema.words import (
    AreaFile,
    ChangeShape,
    EducationFile,
    FormFile,
    ProgrammeFile,
    SourcesFile,
    VocabularyFile,
)

__all__ = [
    "KINDS",
    "AreaFile",
    "CadreId",
    "ChangeShape",
    "DoShape",
    "EducationFile",
    "Expr",
    "FindingFile",
    "FindingShape",
    "FormFile",
    "HoldShape",
    "LabelShape",
    "MemberShape",
    "PathwayFile",
    "PriorShape",
    "ProgrammeFile",
    "ProviderShape",
    "RecheckShape",
    "ReferralShape",
    "ScheduleShape",
    "ServiceFile",
    "SourceShape",
    "SourcesFile",
    "SpacingShape",
    "StepShape",
    "Strict",
    "TargetShape",
    "TellShape",
    "UnitId",
    "VocabularyFile",
    "WhoShape",
    "json_schemas",
]


#: Folder (or file) under `knowledge/` to the shape of its files.
KINDS: dict[str, type[Strict]] = {
    "sources.yaml": SourcesFile,
    "programme.yaml": ProgrammeFile,
    "vocabulary": VocabularyFile,
    "services": ServiceFile,
    "findings": FindingFile,
    "forms": FormFile,
    "education": EducationFile,
    "areas": AreaFile,
    "pathways": PathwayFile,
}


def json_schemas() -> dict[str, dict[str, Any]]:
    """JSON Schema per kind of file, for editors."""
    return {kind.removesuffix(".yaml"): shape.model_json_schema(by_alias=True) for kind, shape in KINDS.items()}
