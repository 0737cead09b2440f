using VideoGen.Tasks;
using VideoGen.Tasks.Contracts;

namespace VideoGen.Client.Documents;

/// <summary>Makes tasks of documents that were handed in. A silo that has one takes documents over HTTP.</summary>
public interface IDocumentTasks
{
    /// <summary>Checks the document and every choice, and puts what workers need into the artifact store.</summary>
    /// <returns>The command that creates the task.</returns>
    /// <exception cref="DocumentRefusedException">The document or a choice is no good; the message says what to do.</exception>
    Task<CreateTask> PrepareAsync(HandedDocument document, CancellationToken cancellationToken = default);
}

/// <summary>A document, and how its video should look and sound. What is null has its usual value.</summary>
/// <param name="Path">The file. Its pictures are below its folder, as it names them.</param>
public sealed record HandedDocument(string Path)
{
    /// <summary>Null for one that is made of the document and the choices, so that the same ones mean the same task.</summary>
    public TaskId? Id { get; init; }

    public string? Voice { get; init; }

    public string? Accent { get; init; }

    public string? Theme { get; init; }

    public string? Size { get; init; }

    public string? Title { get; init; }

    /// <summary>A tag such as <c>de</c>; null for what the document says, or what its words say.</summary>
    public string? Language { get; init; }

    /// <summary>The languages in which the video is made too, between commas: <c>de, fr</c>. Null for what the document says.</summary>
    public string? Translate { get; init; }

    /// <summary>Whether the narration is written by the configured chat model.</summary>
    public bool UseAi { get; init; }
}

/// <summary>A document or a choice is no good.</summary>
/// <param name="message">What is wrong with it, and what to do.</param>
/// <param name="cause">What found it.</param>
public sealed class DocumentRefusedException(string message, Exception? cause = null) : Exception(message, cause);
