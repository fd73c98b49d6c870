package app.keepsake.sync;

/**
 * What a user no longer sees of others: because it was removed, hidden from partners or taken out
 * of an album, or because the whole album or partner is lost. Phones do not forget a lost album's
 * assets by themselves; and a later upload of the same file, under a new id, would break on the old
 * one.
 *
 * <p>All that is lost at one stroke has one place, that of the stroke. So it goes out under the
 * place before, and an ack of the stroke itself follows as a mark: a phone that breaks off in
 * between is told all of it again.
 */
final class Losses {

    private Losses() {}

    private static final String PAST =
            """
            (%1$s.sync_position, %1$s.update_id) > (:afterPosition, :afterId)
                and (%1$s.sync_position, %1$s.update_id) <= (:untilPosition, :untilId)
            """;

    private static final String LOST =
            """
            with lost as (
                select x.kind, x.subject_id, x.sync_position, x.update_id from removal x
                where x.kind in ('album', 'partner') and x.scope_id = :me
                    and (x.kind = 'album' or x.other_id = :me) and %1$s
            ), partners as (
                select unnest(:partners) as id
                union select subject_id from lost where kind = 'partner'
            ), albums as (
                select unnest(:albums) as id
                union select subject_id from lost where kind = 'album'
            ), gone as (%2$s)
            select sync_position, update_id, data from (
                select sync_position, update_id,
                    (select row_to_json(line) from (select id as "%3$s") line) as data
                from gone where not exists (%4$s)
                union all
                select sync_position, update_id, null from lost where kind in (%5$s)
            ) told
            order by sync_position, update_id
            """;

    private static final String NIL = "'00000000-0000-0000-0000-000000000000'::uuid";

    /** Seen as one's own, as a partner's, or in an album. */
    static final String OF_ASSETS =
            LOST.formatted(
                    past("x"),
                    """
                    select x.sync_position, x.update_id, x.subject_id as id from removal x
                    where x.kind in ('asset', 'partner_asset')
                        and x.scope_id in (select id from partners) and %1$s
                    union all
                    select x.sync_position, x.update_id, x.other_id from removal x
                    where x.kind = 'album_asset' and x.scope_id in (select id from albums) and %1$s
                    union all
                    select l.sync_position, %2$s, a.id from lost l join asset a on a.owner_id = l.subject_id
                    where l.kind = 'partner'
                    union all
                    select l.sync_position, %2$s, m.asset_id
                    from lost l join album_asset m on m.album_id = l.subject_id
                    where l.kind = 'album'
                    """
                            .formatted(past("x"), NIL),
                    "assetId",
                    """
                    select from asset a where a.id = gone.id and (a.owner_id = :me
                        or a.owner_id = any(:partners) and a.visibility in ('timeline', 'hidden')
                        or exists (select from album_asset m
                            where m.asset_id = a.id and m.album_id = any(:albums)))
                    """,
                    "'album', 'partner'");

    static final String OF_STACKS =
            LOST.formatted(
                    past("x"),
                    """
                    select x.sync_position, x.update_id, x.subject_id as id from removal x
                    where x.kind in ('stack', 'partner_stack')
                        and x.scope_id in (select id from partners) and %1$s
                    union all
                    select l.sync_position, %2$s, s.id from lost l join stack s on s.owner_id = l.subject_id
                    where l.kind = 'partner'
                    """
                            .formatted(past("x"), NIL),
                    "stackId",
                    """
                    select from stack s join asset a on a.id = s.primary_asset_id
                    where s.id = gone.id and (a.owner_id = :me
                        or a.owner_id = any(:partners) and a.visibility in ('timeline', 'hidden'))
                    """,
                    "'partner'");

    private static String past(String alias) {
        return PAST.formatted(alias);
    }
}
