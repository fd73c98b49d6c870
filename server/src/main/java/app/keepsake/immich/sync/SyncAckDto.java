package app.keepsake.immich.sync;

import app.keepsake.sync.Syncs;

record SyncAckDto(String type, String ack) {

    static SyncAckDto of(Syncs.Mark mark) {
        return new SyncAckDto(mark.type(), mark.ack());
    }
}
