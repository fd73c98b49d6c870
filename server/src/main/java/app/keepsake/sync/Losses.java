package app.keepsake.sync;

/**
 * What a user no longer sees of others: because it was removed, hidden from partners or taken out
 * of an album, or because the whole album or partner is lost. Phones do not forget a lost album's
 * assets by themselves; and a later upload of the same file, under a new id, would break on the old
 * one.
 *
 * <p>All that is lost at one stroke has one place, that of the stroke, also what was removed from
 * it since. So it goes out under the place before, and a mark with the stroke's own follows: behind
 * that, nothing leads to it any more. A phone that breaks off in between is told all of it again.
 *
 * <p>What was out of sight already is not named.
 */
final class Losses {

    private Losses() {}

    private static final String PAST =
            """
            (x.sync_position, x.update_id) > (:afterPosition, :afterId)
                and (x.sync_position, x.update_id) <= (:untilPosition, :untilId)
                and x.sync_position >= :since\
            """;

    private static final String NIL = "'00000000-0000-0000-0000-000000000000'::uuid";

    /** Long enough for the transaction of a loss, which others do not see before its end. */
    private static final String SEEN_BEFORE = " <= l.removed_at + interval '10 minutes'";

    /** Of what is lost and is not back, the last time. */
    private static final String LOST =
            """
            with lost as (
                select distinct on (x.subject_id) x.*
                from removal x
                where x.kind in ('album', 'partner') and x.scope_id = :me
                    and (x.kind = 'album' or x.other_id = :me)
                    and x.subject_id <> all(:partners || :albums) and %1$s
                order by x.subject_id, x.sync_position desc, x.update_id desc
            ), scope as (
                select unnest(:partners || :albums) as id, 9223372036854775807 as lost_position
                union all select subject_id, sync_position from lost
            ), gone as (
                select least(x.sync_position, s.lost_position) as sync_position,
                    case when x.sync_position < s.lost_position then x.update_id
                        else %2$s end as update_id,
                    case x.kind when 'album_asset' then x.other_id else x.subject_id end as id
                from scope s join removal x on x.scope_id = s.id
                where x.kind in (%3$s) and %1$s
                union all %4$s
            )
            select sync_position, update_id, data from (
                select sync_position, update_id,
                    (select row_to_json(line) from (select id as "%5$s") line) as data
                from gone where not exists (%6$s)
                union all
                select sync_position, update_id, null from lost where kind in (%7$s)
            ) told
            order by sync_position, update_id
            """;

    /** Seen as one's own, as a partner's, or in an album. */
    static final String OF_ASSETS =
            LOST.formatted(
                    PAST,
                    NIL,
                    "'asset', 'partner_asset', 'album_asset'",
                    """
                    select l.sync_position, %1$s, a.id from lost l join asset a on a.owner_id = l.subject_id
                    where l.kind = 'partner' and a.shown_as = 'timeline'
                        and a.created_at%2$s
                    union all
                    select l.sync_position, %1$s, m.asset_id
                    from lost l join album_asset m on m.album_id = l.subject_id
                    where l.kind = 'album' and m.created_at%2$s
                    """
                            .formatted(NIL, SEEN_BEFORE),
                    "assetId",
                    """
                    select from asset a where a.id = gone.id and (a.owner_id = :me
                        or a.owner_id = any(:partners) and a.shown_as = 'timeline'
                        or exists (select from album_asset m
                            where m.asset_id = a.id and m.album_id = any(:albums)))
                    """,
                    "'album', 'partner'");

    static final String OF_STACKS =
            LOST.formatted(
                    PAST,
                    NIL,
                    "'stack', 'partner_stack'",
                    """
                    select l.sync_position, %1$s, s.id from lost l join stack s on s.owner_id = l.subject_id
                    join asset a on a.id = s.primary_asset_id
                    where l.kind = 'partner' and a.shown_as = 'timeline'
                        and s.created_at%2$s
                    """
                            .formatted(NIL, SEEN_BEFORE),
                    "stackId",
                    """
                    select from stack s join asset a on a.id = s.primary_asset_id
                    where s.id = gone.id and (a.owner_id = :me
                        or a.owner_id = any(:partners) and a.shown_as = 'timeline')
                    """,
                    "'partner'");
}
