using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using VideoGen.Files;
using VideoGen.Tasks;

namespace VideoGen.Silo.Api.Creation;

/// <summary>
/// A document that came over HTTP, in a folder of its own that only this process can read, with the pictures that came with it. The folder goes with it.
/// </summary>
internal sealed class UploadedDocument : IDisposable
{
    /// <summary>Bytes of a whole upload.</summary>
    public const long MaxBytes = 210L * 1024 * 1024;

    private const int MaxDocumentBytes = 4 * 1024 * 1024;

    private const int MaxPictureBytes = 20 * 1024 * 1024;

    private const int MaxPictures = 60;

    private const int MaxParts = 200;

    private const int MaxBoundary = 70;

    private const string UsualName = "document.md";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("videogen-upload-");
    private int _pictures;

    public CreationChoices Choices { get; } = new();

    /// <summary>The file of the document; null when none came.</summary>
    public string? Path { get; private set; }

    /// <summary>A document as the whole body; the parameters of the address are the choices.</summary>
    public async Task<ProblemHttpResult?> ReadPlainAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        foreach (var (name, values) in request.Query)
        {
            foreach (var value in values)
            {
                if (Choices.Add(name, value ?? "") is { } problem)
                {
                    return Problems.BadRequest(problem);
                }
            }
        }

        return await SaveAsync(request.Body, Choices.Name ?? UsualName, isDocument: true, cancellationToken);
    }

    /// <summary>A form: the file <c>document</c>, files <c>picture</c> under the names by which the document calls them, and choices as fields.</summary>
    public async Task<ProblemHttpResult?> ReadFormAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(request.ContentType).Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > MaxBoundary)
        {
            return Problems.BadRequest("The Content-Type of a form names the boundary of its parts.");
        }

        var parts = new MultipartReader(boundary, request.Body);
        try
        {
            for (var count = 0; await parts.ReadNextSectionAsync(cancellationToken) is { } part; count++)
            {
                if (count == MaxParts)
                {
                    return Problems.Of(ProblemType.TooLarge, $"A form has at most {MaxParts} parts.");
                }

                if (await ReadPartAsync(part, cancellationToken) is { } problem)
                {
                    return problem;
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException || (exception is IOException and not BadHttpRequestException))
        {
            return Problems.BadRequest($"The form cannot be read: {exception.Message}");
        }

        return Path is null ? Problems.BadRequest("The form has no file 'document'.") : null;
    }

    private async Task<ProblemHttpResult?> ReadPartAsync(MultipartSection part, CancellationToken cancellationToken)
    {
        if (!ContentDispositionHeaderValue.TryParse(part.ContentDisposition, out var disposition))
        {
            return Problems.BadRequest("A part of the form has no Content-Disposition.");
        }

        var name = HeaderUtilities.RemoveQuotes(disposition.Name).Value ?? "";
        var file = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : HeaderUtilities.RemoveQuotes(disposition.FileName).Value;
        switch (name)
        {
            case "document" when Path is not null:
                return Problems.BadRequest("The form has two files 'document'; it is one task for one document.");
            case "document":
                return await SaveAsync(part.Body, file ?? Choices.Name ?? UsualName, isDocument: true, cancellationToken);
            case "picture" when _pictures++ >= MaxPictures:
                return Problems.Of(ProblemType.TooLarge, $"A document has at most {MaxPictures} pictures.");
            case "picture":
                return await SaveAsync(part.Body, file ?? "", isDocument: false, cancellationToken);
        }

        var text = new byte[4 * CreationChoices.MaxLength];
        var length = await part.Body.ReadAtLeastAsync(text, text.Length, throwOnEndOfStream: false, cancellationToken);
        if (length == text.Length)
        {
            return Problems.BadRequest($"The field '{NameText.Printable(name)}' has more than {CreationChoices.MaxLength} characters.");
        }

        return Choices.Add(name, System.Text.Encoding.UTF8.GetString(text, 0, length)) is { } problem ? Problems.BadRequest(problem) : null;
    }

    /// <summary>Under the name that it came with, which may lead down and nowhere else.</summary>
    private async Task<ProblemHttpResult?> SaveAsync(Stream content, string name, bool isDocument, CancellationToken cancellationToken)
    {
        var most = isDocument ? MaxDocumentBytes : MaxPictureBytes;
        if (name.Length > CreationChoices.MaxLength || name.Split('/') is not { Length: <= 8 } parts || !parts.All(ArtifactAddress.IsPlainName)
            || (isDocument && parts.Length > 1))
        {
            return Problems.BadRequest(
                $"'{NameText.Printable(name)}' is not the name of a {(isDocument ? "document" : "picture")}: it is a relative path of plain names.");
        }

        var path = System.IO.Path.Combine([_folder.FullName, .. parts]);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (File.Exists(path) || Directory.Exists(path))
        {
            return Problems.BadRequest($"The file '{name}' is there twice.");
        }

        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        var buffer = new byte[1 << 16];
        int read;
        while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (file.Length + read > most)
            {
                return Problems.Of(ProblemType.TooLarge, $"The file '{name}' has more than {most} bytes, which is the most.");
            }

            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await file.FlushAsync(cancellationToken);
        }

        Path = isDocument ? path : Path;
        return null;
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // It is in the folder of temporary files, which the system clears.
        }
    }
}
