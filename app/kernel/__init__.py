"""Floor 0: what every domain stands on. No domain words here.

Clock, database, unit of work, deny-by-default routes, refusals, events, forms, paging, storage, i18n.
"""
