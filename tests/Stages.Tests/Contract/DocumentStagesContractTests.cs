using VideoGen.Client.Stages;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Scenes;
using VideoGen.Stages.Video;

namespace VideoGen.Stages.Tests.Contract;

public sealed class InputAdaptationContractTests : StageContract
{
    protected override IStage Create() => new InputAdaptationStage();

    protected override string? Needed => null;

    protected override Task PrepareAsync() => Bench.TakeAsync(Path.Combine(DocumentBench.SamplesFolder, "orleans.md"));
}

public sealed class ContentParsingContractTests : StageContract
{
    protected override IStage Create() => new ContentParsingStage();

    protected override string? Needed => DocumentVideoPipeline.InputAdaptation;

    protected override async Task PrepareAsync()
    {
        await Bench.TakeAsync(Path.Combine(DocumentBench.SamplesFolder, "orleans.md"));
        await Bench.RunAsync(new InputAdaptationStage());
    }
}

public sealed class ScriptGenerationContractTests : StageContract
{
    protected override IStage Create() => new ScriptGenerationStage();

    protected override string? Needed => DocumentVideoPipeline.ContentParsing;

    protected override string? Unit => "scene-002";

    protected override Task PrepareAsync() => Bench.ParseAsync(Path.Combine(DocumentBench.SamplesFolder, "orleans.md"));
}
