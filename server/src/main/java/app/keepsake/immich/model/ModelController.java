package app.keepsake.immich.model;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.model.Models;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/keepsake/models")
class ModelController {

    /**
     * @param size in bytes; of a model that is not there, about
     * @param problem why it is not there, where somebody wanted it
     * @param warning what to know before it is downloaded or used
     * @param seen of {@code pictures}, while the model sees them all anew to take another's place
     */
    record ModelView(
            String name,
            String task,
            int dimension,
            String licence,
            boolean nonCommercial,
            String source,
            boolean comesAlong,
            String state,
            long size,
            long arrived,
            long total,
            @Nullable String problem,
            @Nullable String warning,
            @Nullable String revision,
            boolean chosen,
            boolean inUse,
            @Nullable Long seen,
            @Nullable Long pictures) {

        static ModelView of(Models.View view) {
            var model = view.model();
            var change = view.change();
            return new ModelView(
                    model.name(),
                    model.task().wireName(),
                    model.dimension(),
                    model.licence(),
                    model.isNonCommercial(),
                    model.source(),
                    model.comesAlong(),
                    view.state().name().toLowerCase(Locale.ROOT),
                    view.bytes(),
                    view.arrived(),
                    view.total(),
                    view.problem(),
                    view.warning(),
                    view.revision(),
                    view.isChosen(),
                    view.isInUse(),
                    change == null ? null : change.seen(),
                    change == null ? null : change.all());
        }
    }

    record DownloadWish(@Nullable Boolean acceptLicence) {}

    private final Models models;

    ModelController(Models models) {
        this.models = models;
    }

    @GetMapping
    @Requires(value = Permission.SYSTEM_CONFIG_READ, admin = true)
    List<ModelView> all(Caller caller) {
        return models.all(caller).stream().map(ModelView::of).toList();
    }

    @PutMapping("/{name}/download")
    @Requires(value = Permission.SYSTEM_CONFIG_UPDATE, admin = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void download(
            Caller caller,
            @PathVariable String name,
            @RequestBody(required = false) @Nullable DownloadWish wish) {
        models.download(caller, name, wish != null && Boolean.TRUE.equals(wish.acceptLicence()));
    }

    @DeleteMapping("/{name}/download")
    @Requires(value = Permission.SYSTEM_CONFIG_UPDATE, admin = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void cancel(Caller caller, @PathVariable String name) {
        models.cancel(caller, name);
    }

    @DeleteMapping("/{name}")
    @Requires(value = Permission.SYSTEM_CONFIG_UPDATE, admin = true)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(Caller caller, @PathVariable String name) {
        models.delete(caller, name);
    }
}
