package app.keepsake.immich.asset;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.LongBody;
import app.keepsake.job.Jobs;
import jakarta.validation.Valid;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets/jobs")
class AssetJobController {

    private final Jobs jobs;

    AssetJobController(Jobs jobs) {
        this.jobs = jobs;
    }

    @LongBody
    @PostMapping
    @ResponseStatus(HttpStatus.NO_CONTENT)
    @Requires(Permission.JOB_CREATE)
    void again(Caller caller, @RequestBody @Valid AssetJobsDto body) {
        jobs.again(caller, body.name().kind(), body.assetIds());
    }
}
