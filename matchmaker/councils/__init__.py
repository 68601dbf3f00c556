"""What a helping municipality brings to its council: papers, consents, platforms, readiness.

papers      two-part justification: a public paper, and a closed annex by consent
consent     the asking municipality's consent to be named in an annex
place       as near as a public paper may name where help goes
platforms   where peace is worked on together, as data with sources
"""
