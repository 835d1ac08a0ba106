# Analyses the trials of a folder, one CSV each, and writes a table to standard output.
#
# Rscript trials.R FOLDER
#
# Estimates, likelihood and covariance come from nlme and lme4. Standard errors and degrees of
# freedom of Kenward and Roger come from pbkrtest: of a crossover for lmer's own fit; of repeated
# measures, which lmer cannot fit, from the covariance that gls found and its derivatives.

suppressPackageStartupMessages({
  library(nlme)
  library(lme4)
  library(lmerTest)
  library(pbkrtest)
  library(brglm2)
  library(rpact)
})

folder <- commandArgs(trailingOnly = TRUE)[1]

say <- function(case, quantity, values) {
  for (k in seq_along(values)) {
    cat(case, quantity, k, sprintf("%.10e", values[k]), sep = "\t")
    cat("\n")
  }
}

read_case <- function(case) {
  data <- read.csv(file.path(folder, paste0(case, ".csv")))
  for (name in c("visit", "arm", "stratum", "treatment", "sequence")) {
    if (name %in% names(data)) data[[name]] <- factor(data[[name]])
  }
  data[!is.na(data$outcome), ]
}

# Kenward and Roger for a covariance that gls found: `parts` are its derivatives.
say_adjusted <- function(case, model, design, sigma, parts, asked) {
  precise <- solve(as.matrix(t(design) %*% solve(sigma, design)))
  both <- list(Sigma = Matrix(sigma), G = lapply(parts, Matrix), n.ggamma = length(parts))
  adjusted <- pbkrtest:::vcovAdj_internal(precise, both, Matrix(design), 0)
  say(case, "estimate", coef(model)[asked])
  say(case, "standard_error", sqrt(diag(as.matrix(adjusted)))[asked])
  say(case, "degrees", sapply(asked, function(k) {
    Lb_ddf(as.numeric(seq_len(ncol(design)) == k), Matrix(precise), adjusted)
  }))
  say(case, "log_restricted_likelihood", as.numeric(logLik(model)))
}

# The outcome of each visit with its own variance and each pair with its own correlation.
analyse_repeated <- function(case) {
  data <- read_case(case)
  formula <- outcome ~ 0 + visit + arm:visit + baseline:visit
  if ("stratum" %in% names(data)) formula <- update(formula, . ~ . + stratum)
  design <- model.matrix(formula, data)
  # Control has no columns of its own beside those of the visits.
  design <- design[, !grepl("arm0", colnames(design))]
  data$design <- design
  model <- gls(
    outcome ~ 0 + design, data,
    correlation = corSymm(form = ~ as.integer(visit) | person),
    weights = varIdent(form = ~ 1 | visit),
    control = glsControl(tolerance = 1e-12, msTol = 1e-15, msMaxIter = 2000, maxIter = 500,
                         opt = "optim", optimMethod = "BFGS")
  )
  visits <- levels(data$visit)
  deviation <- model$sigma * coef(model$modelStruct$varStruct, unconstrained = FALSE,
                                  allCoef = TRUE)[visits]
  correlation <- diag(length(visits))
  found <- coef(model$modelStruct$corStruct, unconstrained = FALSE)
  correlation[lower.tri(correlation)] <- found
  correlation <- correlation + t(correlation) - diag(length(visits))
  covariance <- correlation * outer(deviation, deviation)
  say(case, "covariance", covariance[lower.tri(covariance, diag = TRUE)])
  same <- outer(data$person, data$person, "==")
  where <- as.integer(data$visit)
  sigma <- covariance[where, where] * same
  parts <- list()
  for (one in seq_along(visits)) for (other in one:length(visits)) {
    unit <- matrix(0, length(visits), length(visits))
    unit[one, other] <- unit[other, one] <- 1
    parts <- c(parts, list(unit[where, where] * same))
  }
  last <- paste0("visit", visits[length(visits)], ":arm")
  asked <- which(startsWith(colnames(design), last))
  say_adjusted(case, model, design, sigma, parts, asked)
}

write_crossover <- function(data) {
  formula <- outcome ~ visit + treatment + sequence
  if ("baseline" %in% names(data)) formula <- update(formula, . ~ . + baseline)
  formula
}

analyse_crossover <- function(case) {
  data <- read_case(case)
  model <- lmer(
    update(write_crossover(data), . ~ . + (1 | person)), data,
    control = lmerControl(optCtrl = list(xtol_abs = 1e-12, ftol_abs = 1e-14))
  )
  asked <- which(startsWith(names(fixef(model)), "treatment"))
  table <- coef(summary(model, ddf = "Kenward-Roger"))[asked, , drop = FALSE]
  say(case, "estimate", table[, "Estimate"])
  say(case, "standard_error", table[, "Std. Error"])
  say(case, "degrees", table[, "df"])
  say(case, "p_value", table[, "Pr(>|t|)"])
  say(case, "log_restricted_likelihood", as.numeric(logLik(model)))
  variances <- as.data.frame(VarCorr(model))$vcov
  say(case, "covariance", c(sum(variances), variances[1]))
}

# An intercept's variance below zero: lmer stops at zero, compound symmetry does not.
analyse_symmetric <- function(case) {
  data <- read_case(case)
  model <- gls(
    write_crossover(data), data, correlation = corCompSymm(form = ~ 1 | person),
    control = glsControl(tolerance = 1e-12, msTol = 1e-14)
  )
  correlation <- coef(model$modelStruct$corStruct, unconstrained = FALSE)
  same <- outer(data$person, data$person, "==") + 0
  design <- model.matrix(write_crossover(data), data)
  between <- model$sigma^2 * correlation
  within <- model$sigma^2 - between
  unit <- diag(nrow(data))
  say(case, "covariance", c(within + between, between))
  asked <- which(startsWith(colnames(design), "treatment"))
  say_adjusted(case, model, design, between * same + within * unit, list(same, unit), asked)
}

# Firth's likelihood; brglm2 calls it the mean bias reduction of a logistic model.
analyse_separated <- function(case) {
  data <- read_case(case)
  model <- glm(outcome ~ arm + baseline, binomial, data, method = "brglmFit",
               type = "AS_mean", epsilon = 1e-12, maxit = 1000)
  say(case, "estimate", coef(model)[startsWith(names(coef(model)), "arm")])
}

# Looks at uneven shares of the information.
find_boundaries <- function(case, type) {
  design <- getDesignGroupSequential(typeOfDesign = type, informationRates = c(0.2, 0.35, 0.8, 1),
                                     sided = 2, alpha = 0.05, tolerance = 1e-10)
  say(case, "critical", design$criticalValues)
  # The drift of a plain test with power 0.9 and a little.
  told <- getPowerAndAverageSampleNumber(design, theta = 0.33, nMax = 100)
  say(case, "power", told$overallReject)
}

cat("case\tquantity\tnumber\tvalue\n")
for (case in c("repeated-whole", "repeated-missing")) analyse_repeated(case)
for (case in c("crossover-two", "crossover-three")) analyse_crossover(case)
analyse_symmetric("crossover-negative")
analyse_separated("separated")
find_boundaries("obrien-fleming", "OF")
find_boundaries("pocock", "P")
