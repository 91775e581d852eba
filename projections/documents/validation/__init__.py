"""Is an invoice valid: ours before it leaves, anyone's when asked (docs/facturx.md)."""

from __future__ import annotations

from projections.documents.validation.checking import check_xml
from projections.documents.validation.file import Report, check_file
from projections.documents.validation.findings import Finding, errors

__all__ = ["Finding", "Report", "check_file", "check_xml", "errors"]
