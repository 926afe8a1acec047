-- A wallet is opened only in currencies that something is sold in (SPEC P2).

create index price_zones_by_currency on price_zones (currency);
