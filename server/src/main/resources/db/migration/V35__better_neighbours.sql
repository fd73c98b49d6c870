-- What is added from now on is woven into the index with more care: in a library of 500,000 more of the nearest
-- are found (docs/performance.md). An index that is there stays as it is until it is built anew.
alter index smart_search_embedding_idx set (ef_construction = 128);
