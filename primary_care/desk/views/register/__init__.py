"""The pages of the register: families and their members, who is registered twice, what comes in and goes out as a workbook."""
