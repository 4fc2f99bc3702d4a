"""DuckDB: where tables live, how a connection is opened, what a table looks like.

Put here the connection, the schema (one ``.sql`` file a table in ``schema/``) and the layout of the home folder.
Keep out every query that a room owns: it stands in that room as a ``.sql`` file named after the table it makes.
"""

from dedup_assets.warehouse.connection import Warehouse, WarehouseBusyError
from dedup_assets.warehouse.home import CITY, Home
from dedup_assets.warehouse.sql import query

__all__ = ["CITY", "Home", "Warehouse", "WarehouseBusyError", "query"]
