"""An article beside the ledger: what it cites, what it claims, and where the two do not agree."""

from brainmag.evidence.audit.describe import audit_article

__all__ = ["audit_article"]
