"""The pages about knowledge itself: which versions this node has used, with their rules; and trials of what is not released."""
