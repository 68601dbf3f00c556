"""Who may do what: permissions, predicates and the one policy table."""
