package app.keepsake.model;

import java.util.List;

/**
 * Where a model came from.
 *
 * @param revision of the repository, which is that commit for ever
 */
record Origin(String model, String from, String revision, String at, List<HubFile> files) {

    Origin {
        files = List.copyOf(files);
    }
}
