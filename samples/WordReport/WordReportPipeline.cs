using VideoGen.Tasks.Pipelines;

namespace VideoGen.WordReport;

internal static class WordReportPipeline
{
    #region pipeline
    public static PipelineDefinition Definition { get; } = new()
    {
        Name = "word-report",
        Timeout = TimeSpan.FromHours(1),
        Stages =
        [
            new StageDefinition { Name = "word_count", Critical = true, RunTimeout = TimeSpan.FromMinutes(5) },
            new StageDefinition
            {
                Name = "word_report",
                Critical = true,
                DependsOn = ["word_count"],
                Retry = new RetryPolicy { MaxAttempts = 5, FirstDelay = TimeSpan.FromSeconds(2) },
            },
        ],
    };
    #endregion
}
