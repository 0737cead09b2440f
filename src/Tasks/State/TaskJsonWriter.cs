using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Tasks.State;

/// <summary>
/// Writes what a commit writes: byte for byte what the serializer makes of <see cref="TaskJson"/>, in a third of the time. Whatever seldom changes or is
/// seldom there is left to the serializer. A field that is new in a record belongs here too; a test fails where it is left out.
/// </summary>
internal static class TaskJsonWriter
{
    public static void Write(PooledJson scratch, TaskState task)
    {
        var json = scratch.Writer;
        json.WriteStartObject();
        json.WriteString("task_id"u8, task.TaskId.Value);
        json.WriteRaw("input_config"u8, task.InputConfig);
        json.WriteString("status"u8, task.Status.ToWireName());
        json.WriteString("current_stage"u8, task.CurrentStage);
        json.WriteNumber("overall_progress"u8, task.OverallProgress);
        json.WritePropertyName("stages"u8);
        task.Stages.Write(scratch);
        json.WriteString("created_at"u8, task.CreatedAt);
        json.WriteTime("started_at"u8, task.StartedAt);
        json.WriteTime("completed_at"u8, task.CompletedAt);
        if (task.Result is { } result)
        {
            json.WriteRaw("result"u8, result);
        }
        else
        {
            json.WriteNull("result"u8);
        }

        json.WriteTexts("errors"u8, task.Errors);
        json.WriteTexts("warnings"u8, task.Warnings);
        json.WriteMetadata(task.Metadata);
        json.WriteNumber("version"u8, task.Version);
        if (task.Pipeline is { } pipeline)
        {
            json.WriteStartObject("pipeline"u8);
            json.WriteString("name"u8, pipeline.Name);
            json.WriteNumber("definition_version"u8, pipeline.DefinitionVersion);
            json.WriteEndObject();
        }

        if (task.Labels is { } labels)
        {
            json.WriteTexts("labels"u8, labels);
        }

        json.WriteUnlessZero("priority"u8, task.Priority);
        if (task.FairShare is { } share)
        {
            json.WriteStartObject("fair_share"u8);
            json.WriteString("key"u8, share.Key);
            json.WriteNumber("weight"u8, share.Weight);
            json.WriteEndObject();
        }

        if (task.ContentHash is { } hash)
        {
            json.WriteString("content_hash"u8, hash);
        }

        json.WriteIfSet("time_limit"u8, task.TimeLimit);
        json.WriteIfSet("deadline"u8, task.Deadline);
        json.WriteIfSet("retention"u8, task.Retention);
        json.WriteIfSet("paused_at"u8, task.PausedAt);
        json.WriteIfTrue("finishes_stages"u8, task.FinishesStages);
        json.WriteUnlessZero("former_errors"u8, task.FormerErrors);
        json.WriteUnlessZero("former_warnings"u8, task.FormerWarnings);
        json.WriteUnlessZero("retries"u8, task.Retries);
        json.WriteIfSet("created_priority"u8, task.CreatedPriority);
        if (task.ArtifactFolder is { } folder)
        {
            json.WritePropertyName("artifact_folder"u8);
            JsonSerializer.Serialize(json, folder, TaskJson.Default.ArtifactFolder);
        }

        json.WriteIfTrue("fresh"u8, task.Fresh);
        if (task.TraceParent is { } parent)
        {
            json.WriteString("trace_parent"u8, parent);
        }

        if (!task.Acts.IsDefault)
        {
            json.WritePropertyName("acts"u8);
            JsonSerializer.Serialize(json, task.Acts, TaskJson.Default.ImmutableArrayPastAct);
        }

        json.WriteUnknown(task.UnknownFields);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, StageState stage)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, stage.Name.Value);
        json.WriteString("status"u8, stage.Status.ToWireName());
        json.WriteNumber("progress"u8, stage.Progress);
        json.WriteTime("started_at"u8, stage.StartedAt);
        json.WriteTime("completed_at"u8, stage.CompletedAt);
        json.WriteString("error"u8, stage.Error);
        json.WriteTexts("artifacts"u8, stage.Artifacts);
        json.WriteMetadata(stage.Metadata);
        if (stage.Plan is { } plan)
        {
            json.WritePropertyName("plan"u8);
            Write(json, plan);
        }

        json.WriteUnlessZero("attempt"u8, stage.Attempt);
        json.WriteUnlessZero("lost_attempts"u8, stage.LostAttempts);
        json.WriteUnlessZero("failed_attempts"u8, stage.FailedAttempts);
        if (stage.Lease is { } lease)
        {
            json.WriteStartObject("lease"u8);
            json.WriteStartObject("worker"u8);
            json.WriteString("name"u8, lease.Worker.Name);
            json.WriteString("incarnation"u8, lease.Worker.Incarnation);
            json.WriteEndObject();
            json.WriteNumber("token"u8, lease.Token);
            json.WriteString("expires_at"u8, lease.ExpiresAt);
            json.WriteIfSet("duration"u8, lease.Duration);
            json.WriteUnlessZero("takeovers"u8, lease.Takeovers);
            json.WriteEndObject();
        }

        json.WriteIfSet("not_before"u8, stage.NotBefore);
        json.WriteUnlessZero("progress_sequence"u8, stage.ProgressSequence);
        if (stage.MessageProgress != 0)
        {
            json.WriteNumber("message_progress"u8, stage.MessageProgress);
        }

        if (stage.Units is { } units)
        {
            json.WritePropertyName("units"u8);
            units.Write(json);
        }

        if (stage.ArtifactDetails is { } details)
        {
            json.WritePropertyName("artifact_details"u8);
            JsonSerializer.Serialize(json, details, TaskJson.Default.ImmutableSortedDictionaryStringArtifact);
        }

        if (stage.Skipped is { } skipped)
        {
            json.WriteString("skipped"u8, skipped);
        }

        if (stage.CompletedBy is { } worker)
        {
            json.WriteString("completed_by"u8, worker);
        }

        if (stage.ReusedFrom is { } reused)
        {
            json.WriteString("reused_from"u8, reused);
        }

        if (stage.FormerAttempts is { } attempts)
        {
            json.WritePropertyName("former_attempts"u8);
            JsonSerializer.Serialize(json, attempts, TaskJson.Default.ImmutableArrayFormerAttempt);
        }

        json.WriteUnlessZero("first_added"u8, stage.FirstAdded);
        json.WriteUnlessZero("added_count"u8, stage.AddedCount);
        json.WriteUnknown(stage.UnknownFields);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, StagePlan plan)
    {
        json.WriteStartObject();
        if (plan.DependsOn is { } dependencies)
        {
            json.WriteNames("depends_on"u8, dependencies);
        }

        json.WriteString("queue"u8, plan.Queue);
        json.WriteIfTrue("critical"u8, plan.Critical);
        json.WriteIfTrue("is_group"u8, plan.IsGroup);
        if (plan.Retry is { } retry)
        {
            json.WritePropertyName("retry"u8);
            JsonSerializer.Serialize(json, retry, TaskJson.Default.RetryPolicy);
        }

        json.WriteIfSet("run_timeout"u8, plan.RunTimeout);
        if (plan.Needs is { } needs)
        {
            json.WriteTexts("needs"u8, needs);
        }

        if (plan.Limits is { } limits)
        {
            json.WriteStartArray("limits"u8);
            foreach (var limit in limits)
            {
                json.WriteStartObject();
                json.WriteString("name"u8, limit.Name);
                json.WriteNumber("weight"u8, limit.Weight);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (plan.Parameters is { } parameters)
        {
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(parameters.Value, skipInputValidation: true);
        }

        json.WriteIfTrue("in_definition"u8, plan.InDefinition);
        json.WriteEndObject();
    }
}
