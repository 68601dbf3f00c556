"""What every page shares: guard, base form, errors, filters, headers, paging."""
