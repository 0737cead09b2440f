using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using VideoGen.Cli.Exits;
using VideoGen.Files;
using VideoGen.Stages;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Cli.Running;

/// <summary>Makes the command that creates a task out of what the person asked for.</summary>
internal static class DocumentTask
{
    /// <summary>Checks the document and every choice, and stores the document where workers find it.</summary>
    /// <exception cref="DocumentException">The document or a choice is no good; the message says what to do.</exception>
    public static async Task<CreateTask> PrepareAsync(DocumentRequest request, IArtifactStore artifacts, CancellationToken cancellationToken)
    {
        var configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var choices = new VideoChoices
        {
            Voice = request.Voice,
            Accent = request.Accent,
            Theme = request.Theme,
            Size = request.Size,
            Title = request.Title,
            Language = request.Language,
            Translate = request.Translate,
            UseAi = request.UseAi,
        };
        await using var services = new ServiceCollection().AddVideoStages(configuration, request.VoiceFile).BuildServiceProvider();
        var voices = await services.GetRequiredService<Voices>().ListAsync(cancellationToken);
        string[] ofFile = request is { VoiceFile: not null, Voice: { } named } ? [named] : [];
        var intake = new DocumentIntake(
            artifacts, [.. voices.Select(voice => voice.Name), .. ofFile], ChatNarrationOptions.From(configuration).IsConfigured);
        var taken = await intake.TakeAsync(request.File, choices, cancellationToken);
        return new CreateTask(request.Id ?? taken.TaskId, taken.Input.ToJson(), DocumentVideoPipeline.DefinitionOf(taken.Input.Translate))
        {
            ArtifactFolder = await artifacts.IdentifyAsync(cancellationToken),
            Fresh = request.Fresh,
        };
    }

    public static CommandFailedException Refusal(TaskId task, TaskReply reply) => reply.Reason == RefusalReason.Conflict
        ? new CommandFailedException(
            ExitCode.Conflict,
            $"Task {task} exists already, for another content or with other options. Choose another --id, or delete it with 'videogen delete {task}'.")
        : new CommandFailedException(ExitCode.BadInput, $"Task {task} was refused: {reply.Message}");
}
