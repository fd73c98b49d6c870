package app.keepsake.search;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import app.keepsake.words.SearchWords;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

@ServerTest
class ConditionsTests {

    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired SearchQueries queries;
    @Autowired TransactionTemplate transaction;

    /** As many lines as some thousand photos have. */
    @Test
    void amongManyPicturesWordsOfAnyScriptAreFoundByTheIndex() {
        var ana = users.user();
        transaction.executeWithoutResult(
                all -> {
                    all.setRollbackOnly();
                    showing(ana, "\u6771\u4eac\u99c5 \u30bf\u30ef\u30fc \uc11c\uc6b8 tower");
                    jdbc.sql(
                                    """
                                    insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4,
                                        box_score, text_score, text, words)
                                    select ?, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, '',
                                        chr(20000 + i % 3001) || chr(20000 + i % 2999) || ' '
                                            || chr(20000 + i % 2999) || chr(20000 + i % 2903)
                                            || ' word' || i
                                    from generate_series(1, 20000) i
                                    """)
                            .param(given.asset(users.user(), Map.of()))
                            .update();
                    // As vacuum does now and then.
                    jdbc.sql("select gin_clean_pending_list('ocr_words_idx')")
                            .query(Long.class)
                            .single();
                    jdbc.sql("analyze ocr").update();
                    for (var words :
                            List.of(
                                    "\u6771\u4eac",
                                    "\u6771\u4eac\u99c5",
                                    "\u30bf\u30ef\u30fc",
                                    "\uc11c\uc6b8",
                                    "tower")) {
                        var criteria = new Criteria();
                        criteria.ocr(words);
                        var before = indexScans();
                        assertThat(queries.count(ana.userId(), criteria)).as(words).isEqualTo(1);
                        assertThat(indexScans()).as(words).isGreaterThan(before);
                    }
                });
    }

    private void showing(Caller owner, String text) {
        UUID asset = given.asset(owner, Map.of());
        jdbc.sql(
                        """
                        insert into ocr (asset_id, x1, y1, x2, y2, x3, y3, x4, y4, box_score,
                            text_score, text, words)
                        values (?, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, ?, ?)
                        """)
                .params(asset, text, String.join(" ", SearchWords.of(text)))
                .update();
    }

    private long indexScans() {
        return jdbc.sql("select pg_stat_get_xact_numscans('ocr_words_idx'::regclass)")
                .query(Long.class)
                .single();
    }
}
