"""The pages about areas: the tree, one area with its history and who serves it, and the dated changes of the tree."""
