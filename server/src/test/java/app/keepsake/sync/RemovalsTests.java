package app.keepsake.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class RemovalsTests {

    @Autowired Removals removals;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures given;

    @Test
    void whatIsGoneForAMonthIsForgottenADayLaterThanPhonesAreSentBack() {
        var owner = given.user().userId();
        for (var days : new int[] {32, 30}) {
            jdbc.sql(
                            """
                            insert into removal (kind, scope_id, subject_id, removed_at)
                            select 'asset', ?, ?, now() - make_interval(days => ?)
                            from generate_series(1, 10001)
                            """)
                    .params(owner, UUID.randomUUID(), days)
                    .update();
        }
        removals.prune();
        assertThat(
                        jdbc.sql(
                                        """
                                        select count(*), min(removed_at) > now() - interval '31 days'
                                        from removal where scope_id = ?
                                        """)
                                .param(owner)
                                .query((row, _) -> row.getInt(1) + " " + row.getBoolean(2))
                                .single())
                .isEqualTo("10001 true");
    }
}
