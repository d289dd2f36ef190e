"""The pages about those who work here: who, as what, where, trained for what, and their accounts."""
