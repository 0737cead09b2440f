using VideoGen.Client.Stages;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Tests.Contract;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Translation;

public sealed class TranslationContractTests : StageContract
{
    private static readonly TranslatingServer Server = TranslatingServer.WithMarks();

    protected override IStage Create() => Server.Stage;

    protected override string? Needed => $"{DocumentVideoPipeline.Translation}:de";

    protected override string? Unit => "scene-002.de";

    protected override async Task PrepareAsync()
    {
        await Bench.ParseAsync(Path.Combine(DocumentBench.SamplesFolder, "orleans.md"), new VideoChoices { Translate = "de" });
        await Bench.WriteScriptAsync("scene-002");
        await Bench.RunAsync(Server.Stage, "de");
    }
}
