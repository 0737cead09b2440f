using System.Text.Json;
using System.Text.Json.Serialization;

namespace VideoGen.Silo.Api;

/// <summary>What all addresses of the API share.</summary>
internal static class ApiServices
{
    public static void AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = Problems.Complete);
        services.AddExceptionHandler<UnavailableStorage>();
        services.AddSingleton<OperationKeys>();
        services.AddSingleton<ShownOnce>();
        services.AddSingleton<TaskCalls>();
        services.AddSingleton<AllowedMethods>();
        services.AddOpenApi(ApiDescription.Configure);
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
            json.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
            json.SerializerOptions.TypeInfoResolverChain.Insert(0, ApiJson.Default);
        });
    }
}
