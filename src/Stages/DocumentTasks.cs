using VideoGen.Client.Documents;
using VideoGen.Files;
using VideoGen.Stages.Documents;
using VideoGen.Stages.Intake;
using VideoGen.Stages.Narration;
using VideoGen.Stages.Speech;
using VideoGen.Stages.Video;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Stages;

/// <summary>Makes tasks of the pipeline <c>document-video</c> of documents.</summary>
internal sealed class DocumentTasks(Voices voices, ChatNarrationOptions chat, IArtifactStore artifacts) : IDocumentTasks
{
    public async Task<CreateTask> PrepareAsync(HandedDocument document, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        var known = await voices.ListAsync(cancellationToken).ConfigureAwait(false);
        var intake = new DocumentIntake(artifacts, [.. known.Select(voice => voice.Name)], chat.IsConfigured);
        var choices = new VideoChoices
        {
            Voice = document.Voice,
            Accent = document.Accent,
            Theme = document.Theme,
            Size = document.Size,
            Title = document.Title,
            Language = document.Language,
            Translate = document.Translate,
            UseAi = document.UseAi,
        };
        try
        {
            var taken = await intake.TakeAsync(document.Path, choices, cancellationToken).ConfigureAwait(false);
            return new CreateTask(document.Id ?? taken.TaskId, taken.Input.ToJson(), DocumentVideoPipeline.DefinitionOf(taken.Input.Translate))
            {
                ArtifactFolder = await artifacts.IdentifyAsync(cancellationToken).ConfigureAwait(false),
            };
        }
        catch (DocumentException exception)
        {
            throw new DocumentRefusedException(exception.Message, exception);
        }
    }
}
