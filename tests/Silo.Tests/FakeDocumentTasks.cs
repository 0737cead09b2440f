using System.Text.Json;
using VideoGen.Client.Documents;
using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;
using VideoGen.Tasks.Json;
using VideoGen.Tasks.Pipelines;

namespace VideoGen.Silo.Tests;

/// <summary>Makes a task of a document that has the document itself as its input, and the names of the files beside it.</summary>
internal sealed class FakeDocumentTasks : IDocumentTasks
{
    public const string Refused = "This document is no good. Write another one.";

    public async Task<CreateTask> PrepareAsync(HandedDocument document, CancellationToken cancellationToken = default)
    {
        var text = await File.ReadAllTextAsync(document.Path, cancellationToken);
        if (text.Contains("bad", StringComparison.Ordinal))
        {
            throw new DocumentRefusedException(Refused);
        }

        var folder = Path.GetDirectoryName(document.Path)!;
        var beside = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order();
        var (voice, title, translate, ai) = (document.Voice, document.Title, document.Translate, document.UseAi);
        var input = JsonSerializer.Serialize(new { text, voice, title, translate, ai, files = beside, folder });
        var pipeline = new PipelineDefinition { Name = "document", Stages = [new StageDefinition { Name = "read" }] };
        return new CreateTask(document.Id ?? TaskId.Parse($"document-{text.Length}"), JsonText.Parse(input), pipeline);
    }
}
