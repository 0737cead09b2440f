using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Exits;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen submit FILE</c>: hands a document to a cluster, or a pipeline of the person's own.</summary>
internal static class SubmitCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var document = new DocumentOptions();
        document.File.Arity = ArgumentArity.ZeroOrOne;
        var pipeline = new Option<string?>("--pipeline")
        {
            Description = "Instead of a document: a pipeline of your own in JSON, for stages that your workers do. docs/authors.md has its members.",
            HelpName = "P.json",
        };
        var input = new Option<string?>("--input") { Description = "What the stages of --pipeline are given, as a JSON object.", HelpName = "I.json" };
        var wait = new Option<bool>("--wait") { Description = "Follow the task, and fetch what it made when it is finished." };
        var priority = CommonOptions.CreatePriority();
        var keep = CommonOptions.CreateKeep("Days for which the task is kept when it is finished, with its artifacts. Default: what the silos say.");
        var fair = new Option<string?>("--fair")
        {
            Description = "For whom the task is done. Among tasks of equal priority each KEY gets its share, however many tasks it has; WEIGHT 2 lets it "
                + "have twice as many.",
            HelpName = "KEY[=WEIGHT]",
        };
        var labels = new Option<string[]>("--label") { Description = "A label to find the task by; may be given more than once.", HelpName = "KEY=VALUE" };
        var command = new Command(
            "submit", "Hand a document, or a pipeline of your own, to a cluster. Its artifacts (--artifacts, else --data) must be where "
                + "its workers have theirs.")
        {
            document.File, document.Output, document.Id, document.Voice, document.Accent, document.Theme, document.Size, document.Title,
            document.Language, document.Translate, document.UseAi, document.Fresh, pipeline, input, wait, CommonOptions.Json, priority, keep, fair, labels,
            CommonOptions.OfCluster, CommonOptions.Data, CommonOptions.Artifacts, ServerAddress.Option,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (CommonOptions.ReadServer(parsed) is { } server)
            {
                ReadWork(parsed, document, parsed.GetValue(pipeline), parsed.GetValue(input), parsed.GetValue(wait));
                return SubmitAsync(console, server, new HttpSubmissionOptions
                {
                    Document = parsed.GetValue(pipeline) is null ? document.Read(parsed) : null,
                    PipelineFile = parsed.GetValue(pipeline),
                    InputFile = parsed.GetValue(input),
                    Id = parsed.GetValue(document.Id) is { } id ? CommonOptions.ParseId(id) : null,
                    Wait = parsed.GetValue(wait),
                    Json = parsed.GetValue(CommonOptions.Json),
                    Fresh = parsed.GetValue(document.Fresh),
                    Priority = parsed.GetValue(priority),
                    KeepDays = parsed.GetValue(keep),
                    Fair = parsed.GetValue(fair),
                    Labels = [.. (parsed.GetValue(labels) ?? []).Select(CommonOptions.ParseLabel).Select(label => $"{label.Key}={label.Value}")],
                }, cancellationToken);
            }

            var address = CommonOptions.RequireCluster(parsed, "To make a video alone on this machine, use 'run'; 'submit'");
            return new Submission(console, TimeProvider.System).ExecuteAsync(
                new SubmissionOptions
                {
                    Work = ReadWork(parsed, document, parsed.GetValue(pipeline), parsed.GetValue(input), parsed.GetValue(wait)),
                    Json = parsed.GetValue(CommonOptions.Json),
                    Artifacts = CommonOptions.OpenData(parsed).Artifacts,
                    Fresh = parsed.GetValue(document.Fresh),
                    Cluster = address,
                    Wait = parsed.GetValue(wait),
                    Priority = parsed.GetValue(priority),
                    Retention = parsed.GetValue(keep) is { } days ? TimeSpan.FromDays(days) : null,
                    FairShare = parsed.GetValue(fair) is { } share ? CommonOptions.ParseFairShare(share) : null,
                    Labels = [.. (parsed.GetValue(labels) ?? []).Select(CommonOptions.ParseLabel)],
                },
                cancellationToken);
        });
        return command;
    }

    /// <summary>Hands work to a silo over HTTP.</summary>
    internal static async Task<int> SubmitAsync(
        IAnsiConsole console, ServerAddress server, HttpSubmissionOptions options, CancellationToken cancellationToken)
    {
        using var silo = new HttpCluster(server);
        return await new HttpSubmission(console, silo, TimeProvider.System).ExecuteAsync(options, cancellationToken);
    }

    private static ISubmitted ReadWork(ParseResult parsed, DocumentOptions document, string? pipeline, string? input, bool wait)
    {
        var request = parsed.GetValue(document.File) is null ? null : document.Read(parsed);
        if (pipeline is null)
        {
            return input is not null
                ? throw new CommandFailedException(ExitCode.BadInput, "--input is what the stages of --pipeline are given; give both.")
                : new SubmittedDocument(
                    request ?? throw new CommandFailedException(ExitCode.BadInput, "'submit' takes a document FILE, or --pipeline P.json."), wait);
        }

        var alien = document.OfVideos.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false });
        return request is null && alien is null
            ? new SubmittedPipeline(pipeline, input, parsed.GetValue(document.Id) is { } id ? CommonOptions.ParseId(id) : null)
            : throw new CommandFailedException(
                ExitCode.BadInput, $"{alien?.Name ?? "FILE"} is for the video of a document; --pipeline has what its stages need in --input I.json.");
    }
}
