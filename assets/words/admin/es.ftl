## Administración: estas páginas son para personas cuyo rol tiene algo que hacer en ellas.
