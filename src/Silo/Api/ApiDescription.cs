using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace VideoGen.Silo.Api;

/// <summary>The description of the API (OpenAPI 3.1): every address, and every status that it may answer with.</summary>
internal static class ApiDescription
{
    private const string ProblemContent = "application/problem+json";

    private const string ProblemSchema = "Problem";

    /// <summary>Errors that any address may answer with, whatever it is for.</summary>
    private static readonly ProblemType[] Everywhere =
    [
        ProblemType.InvalidRequest, ProblemType.Unauthorized, ProblemType.Forbidden, ProblemType.TooManyRequests, ProblemType.Internal, ProblemType.Unavailable,
    ];

    /// <summary>Errors of addresses that take a body.</summary>
    private static readonly ProblemType[] WithBodies =
        [ProblemType.Slow, ProblemType.TooLarge, ProblemType.UnsupportedMediaType, ProblemType.Unprocessable];

    public static void Configure(OpenApiOptions document)
    {
        document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;

        // HEAD stands beside every GET, and says nothing of its own.
        document.ShouldInclude = operation => operation.HttpMethod != HttpMethods.Head;
        document.AddDocumentTransformer((description, _, _) =>
        {
            description.Info = new() { Title = "VideoGen", Version = "v1", Description = "Tasks of a VideoGen.Orleans cluster." };
            description.Servers = [];
            return Task.CompletedTask;
        });
        document.AddOperationTransformer(DescribeAsync);
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.OperationId ??= NameOf(context.Description.HttpMethod!, context.Description.RelativePath!);
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<TakenBody>().FirstOrDefault() is { } body)
        {
            operation.RequestBody = await DescribeAsync(body, context, cancellationToken);
        }

        var document = context.Document!;
        await ComponentAsync(context, ProblemSchema, typeof(ProblemDetails), cancellationToken);
        operation.Responses ??= [];
        foreach (var type in operation.RequestBody is null ? Everywhere : [.. Everywhere, .. WithBodies])
        {
            operation.Responses.TryAdd(type.Status.ToString(CultureInfo.InvariantCulture), new OpenApiResponse());
        }

        foreach (var status in operation.Responses.Keys.ToList())
        {
            if (ProblemType.Of(int.Parse(status, CultureInfo.InvariantCulture)) is { } type)
            {
                var name = $"{ProblemSchema}{status}";
                document.AddComponent(name, new OpenApiResponse
                {
                    Description = type.Title,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        [ProblemContent] = new() { Schema = new OpenApiSchemaReference(ProblemSchema, document) },
                    },
                });
                operation.Responses[status] = new OpenApiResponseReference(name, document);
            }
        }
    }

    private static async Task<OpenApiRequestBody> DescribeAsync(
        TakenBody body, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var described = new OpenApiRequestBody { Required = !body.IsOptional, Content = new Dictionary<string, OpenApiMediaType>() };
        foreach (var type in body.ContentTypes)
        {
            described.Content.Add(type, new OpenApiMediaType
            {
                Schema = type.EndsWith("json", StringComparison.Ordinal)
                    ? await ComponentAsync(context, body.Type.Name, body.Type, cancellationToken)
                    : new OpenApiSchema { Type = JsonSchemaType.String },
            });
        }

        return described;
    }

    private static async Task<OpenApiSchemaReference> ComponentAsync(
        OpenApiOperationTransformerContext context, string name, Type type, CancellationToken cancellationToken)
    {
        var document = context.Document!;
        if (document.Components?.Schemas?.ContainsKey(name) != true)
        {
            document.AddComponent(name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
        }

        return new OpenApiSchemaReference(name, document);
    }

    /// <summary>A name for generators of clients: <c>getTasksIdWhy</c>.</summary>
    private static string NameOf(string method, string path) => method.ToLowerInvariant() + string.Concat(
        path.Split(['/', '{', '}', '-'], StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
