# Pools the trials of a folder, one CSV each, and writes a table to standard output.
#
# Rscript meta.R FOLDER
#
# Everything comes from metafor; its searches are told to go on to the last digits.

suppressPackageStartupMessages(library(metafor))

folder <- commandArgs(trailingOnly = TRUE)[1]
fine <- list(threshold = 1e-13, tol = 1e-13, maxiter = 10000, tau2.max = 1e6)

say <- function(case, quantity, values) {
  for (k in seq_along(values)) {
    cat(case, quantity, k, sprintf("%.12e", values[k]), sep = "\t")
    cat("\n")
  }
}

say_fit <- function(case, quantity, fit) {
  say(case, quantity, c(fit$b, fit$se, fit$ci.lb, fit$ci.ub, fit$pval))
}

pool <- function(case) {
  data <- read.csv(file.path(folder, paste0(case, ".csv")))
  say_fit(case, "fixed", rma(yi, vi, data = data, method = "EE"))
  fit <- rma(yi, vi, data = data, test = "knha", control = fine)
  say_fit(case, "random", fit)
  wide <- rma(yi, vi, data = data, test = "adhoc", control = fine)
  say_fit(case, "widened", wide)
  ahead <- predict(fit)
  say(case, "prediction", c(ahead$pi.lb, ahead$pi.ub))
  say(case, "weights", weights(fit) / 100)
  profile <- confint(fit, control = fine)$random
  say(case, "heterogeneity", c(fit$QE, fit$QEp, profile["tau^2", ]))
  say(case, "share", profile["I^2(%)", ] / 100)
  if (nrow(data) < 3) return(invisible())
  left <- leave1out(fit)
  say(case, "left_estimate", left$estimate)
  say(case, "left_low", left$ci.lb)
  say(case, "left_high", left$ci.ub)
  slope <- rma(yi, vi, mods = ~size, data = data, test = "knha", control = fine)
  say_fit(case, "small", slope)
  if (length(unique(data$group)) > 1) {
    say_fit(case, "group", rma(yi, vi, mods = ~group, data = data, test = "knha", control = fine))
  }
}

convert <- function(line) {
  words <- strsplit(line, " ")[[1]]
  x <- as.numeric(words[-1])
  found <- switch(words[1],
    d = escalc("SMD", di = x[3], n1i = x[1], n2i = x[2]),
    p = escalc("SMD", di = qt(x[3] / 2, x[1] + x[2] - 2, lower.tail = FALSE) *
                 sqrt(1 / x[1] + 1 / x[2]), n1i = x[1], n2i = x[2]),
    escalc(toupper(words[1]), m1i = x[3], sd1i = x[4], m2i = x[5], sd2i = x[6],
           n1i = x[1], n2i = x[2])
  )
  c(found$yi, found$vi)
}

cat("case\tquantity\tnumber\tvalue\n")
for (file in sort(list.files(folder, pattern = "[.]csv$"))) pool(sub("[.]csv$", "", file))
say("conversions", "effect", unlist(lapply(readLines(file.path(folder, "conversions.txt")), convert)))
# metafor's own copies of the published sets, against which the typed ones are held.
own <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
say("bcg", "effects", own$yi)
say("bcg", "variances", own$vi)
say("teachers", "effects", dat.raudenbush1985$yi)
say("teachers", "variances", dat.raudenbush1985$vi)
