#!/usr/bin/env bash
# Run once by the PostgreSQL image when it has made its cluster: the roles of server and worker.
set -euo pipefail
psql -qv ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d template1 <<'SQL'
\getenv server KEEPSAKE_DB_PASSWORD
\getenv worker KEEPSAKE_WORKER_DB_PASSWORD
create extension vector;
create role keepsake login password :'server';
create role keepsake_worker login password :'worker';
create database keepsake owner keepsake;
SQL
