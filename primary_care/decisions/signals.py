"""What `decisions` tells the apps above."""

from django.dispatch import Signal

# Sent inside the transaction, with `kept`: a list of `keeping.Kept`, the people whose answers were just decided anew.
decided_anew = Signal()
