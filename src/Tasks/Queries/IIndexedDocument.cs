using VideoGen.Tasks.Json;

namespace VideoGen.Tasks.Queries;

/// <summary>
/// A grain state that brings its own bytes and its own summary. A storage backend that knows this contract stores both in one transaction
/// and does not serialize again; any other provider sees a plain state class.
/// </summary>
public interface IIndexedDocument
{
    /// <summary>The whole document as UTF-8 JSON.</summary>
    Utf8Rope ToUtf8Json();

    /// <summary>Replaces the content of this instance by that of the stored bytes.</summary>
    /// <exception cref="System.Text.Json.JsonException">The bytes are not a document of a known form; the message says what is wrong.</exception>
    void Load(ReadOnlyMemory<byte> utf8Json);

    TaskSummary GetSummary(DateTimeOffset now);

    /// <summary>What queues and clocks must know; it is stored with the document. Asked again, it is the same object.</summary>
    TaskSchedule GetSchedule();
}
