using System.CommandLine;
using Spectre.Console;
using VideoGen.Cli.Hosting;
using VideoGen.Cli.Http;
using VideoGen.Cli.Running;

namespace VideoGen.Cli.Commands;

/// <summary><c>videogen run FILE</c>: everything in this one process.</summary>
internal static class RunCommand
{
    public static Command Create(IAnsiConsole console)
    {
        var document = new DocumentOptions();
        var concurrency = new Option<int>("--concurrency")
        {
            Description = "Stages at a time.",
            HelpName = "N",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        concurrency.Validators.Add(result => Bounds.Check(result, 1, 64));
        var port = new Option<int>("--port") { Description = "The dashboard's port on the loopback address. Default: a free one.", HelpName = "PORT" };
        port.Validators.Add(result => Bounds.Check(result, 0, 65_535));
        var command = new Command("run", "Make a video from a document, in this one process. Run again with the same document or id, it goes on where it was.")
        {
            document.File, document.Output, document.Id, document.Voice, document.Accent, document.Theme, document.Size, document.Title,
            document.Language, document.Translate, document.UseAi, document.Fresh, concurrency, port, CommonOptions.Data, CommonOptions.Artifacts,
            CommonOptions.Store, CommonOptions.Verbose, ServerAddress.Option,
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            if (CommonOptions.ReadServer(parsed) is { } server)
            {
                // The silo has it made by its workers, and the video comes here.
                return SubmitCommand.SubmitAsync(
                    console,
                    server,
                    new HttpSubmissionOptions { Document = document.Read(parsed), Fresh = parsed.GetValue(document.Fresh), Wait = true },
                    cancellationToken);
            }

            var (data, artifacts) = CommonOptions.OpenData(parsed);
            return new VideoRun(console, TimeProvider.System).ExecuteAsync(
                new VideoRunOptions
                {
                    Document = document.Read(parsed),
                    Data = data,
                    Artifacts = artifacts,
                    Store = CommonOptions.ReadStore(parsed),
                    Concurrency = parsed.GetValue(concurrency),
                    HttpPort = parsed.GetValue(port),
                    Verbose = parsed.GetValue(CommonOptions.Verbose),
                },
                cancellationToken);
        });
        return command;
    }
}
