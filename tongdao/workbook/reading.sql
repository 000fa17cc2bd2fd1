create table if not exists reading (
  line bigint generated always as identity primary key,
  indicator text collate "C" not null check (indicator <> ''),
  region text collate "C" not null check (region <> ''),
  period text collate "C" not null check (period <> ''),
  value text not null check (value ~ '^[+-]?[0-9.]+([eE][+-]?[0-9]+)?$'),
  unit text not null,
  basis text collate "C" not null check (basis in ('cumulative', 'single', 'level')),
  status text not null check (status in ('preliminary', 'final')),
  source text not null,
  recorded_at text collate "C" not null check (recorded_at ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:]{8})?$'),
  unique (indicator, region, period, basis, recorded_at)
);
create index if not exists reading_region on reading (region);
