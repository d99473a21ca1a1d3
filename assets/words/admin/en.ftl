## Administration: these pages are for people whose role has something to do there.
