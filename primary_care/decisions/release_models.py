"""Every version of the knowledge that this node has ever decided from, whole, so that a finding can always be shown with its rule."""

from django.db import models
from django.utils import timezone


class KnowledgeRelease(models.Model):
    """One released version. Append-only: a version is never edited; other content is another version. `archive` is a tar in xz of the files
    that the version is the digest of (`care_engine.loading.digest`).
    """

    version = models.CharField(max_length=80, primary_key=True)
    first_used_at = models.DateTimeField(default=timezone.now, editable=False)
    archive = models.BinaryField()
    contents = models.JSONField(default=dict)  # how many services, tables, findings …

    class Meta:
        verbose_name = "rilis pengetahuan"

    def __str__(self) -> str:
        return self.version
