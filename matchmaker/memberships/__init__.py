"""Who acts for an organisation: inviting, deputies, handing over, leaving, suspending."""
